"""What an answer is, and what it says."""

JSON_API = "application/vnd.api+json"


def error(answer):
    """The first error of an answer."""
    return answer.json()["errors"][0]
