"""The judge measured: damages seeded into good days, how many are found, how many false alarms there are.

Run by people; writes docs/quality.md. The rules that are measured stand in expectations/.
"""
