"""Near-duplicate texts: what they are compared by, how they are compared, and the SQL of their clusters."""
