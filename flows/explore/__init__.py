"""`dateline explore`: the published warehouse as pages in a browser, with the rows of each as CSV and JSON.

The command of that name calls `serving`. Nothing here writes: what "watch this" writes is handed in by the command, and
no page asks another host for anything. What a page shows it asks for in SQL, which stands in `queries/`.
"""
