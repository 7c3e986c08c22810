"""Other services as operations: what their OpenAPI documents describe, and how it is called."""
