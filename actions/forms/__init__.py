"""An action as a page for people: a form made of its inputs, and its answer as something to read.

    plan --controls, messages--> form class, once for each version --values, problems--> page
    answer in JSON --directives--> notices, cookies, a redirect or a file

Nothing here decides what is allowed or valid: that was decided when the answer was made.
"""
