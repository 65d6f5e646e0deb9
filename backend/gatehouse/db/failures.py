"""What can go wrong between us and the database, in our words."""


class StorageError(Exception):
    """Base of all failures below; the message is a sentence for the operator's log."""


class Busy(StorageError):
    """The database did not give a connection or a lock in time: try again later, nothing is stored."""


class DatabaseAway(StorageError):
    """No connection to the database can be made just now: nobody listens, no way there, no such name."""


class DatabaseInUse(StorageError):
    """Another process already writes this SQLite file."""


class DatabaseUnusable(StorageError):
    """The database cannot be opened, or not with the guarantees we need."""


class StorageBroken(StorageError):
    """The disk failed under a commit: this process must not write again."""


class TransactionLost(StorageError):
    """The transaction was rolled back although the code around it meant to go on: nothing is stored."""


class SchemaRefused(StorageError):
    """The schema of the database does not fit this version of the program."""
