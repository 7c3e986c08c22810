"""The domain of the shipped actions: todos, projects, products, orders, payments and a ledger."""
