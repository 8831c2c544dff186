"""The store: one SQLite file, written by one process, and in it by one thread at a time.

    schema     the tables, as sqlite-utils migrations; each frozen once released
    lock       who may write: `kiosk start`, or a single command when it is not running
    writer     the single writer: a queue, group commit, answers only after COMMIT
    interviews what the hot path writes and reads inside the writer's transaction
    recent     interviews that need not be read again
    canary     whether these are the keys the store was made with
    counters   live counts, kept in the same transaction
    reads      everything that only reads, on connections of its own
    upkeep     erasure and the retention purge: the only deletes

WAL, synchronous=FULL, foreign keys on, STRICT tables. sqlite-utils opens the file and migrates it; the hot path runs
prepared SQL on the same connection, because a plain sqlite-utils insert per table reached under 1 % of the disk's rate.
"""
