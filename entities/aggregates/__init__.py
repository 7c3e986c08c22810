"""Figures over rows: counts, sums, averages, smallest and largest values, by group, of what the caller may read.

    parameters --syntax, terms--> AggregateQuery --running--> rows --documents--> JSON:API

``/aggregate/<entity>``, from the text of a question to its answer, in one statement. Source: Daptin.
Names, values and permissions are those of lists: ``entities.filters`` and ``entities.rows``.
"""
