-- The database of one mock. `shown` and `listed` are instants: from then on an object is found by id, and in lists.
CREATE TABLE objects (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, reference TEXT,
    status TEXT, owner TEXT, members BLOB NOT NULL, hidden BLOB NOT NULL, request BLOB NOT NULL, shown REAL NOT NULL, listed REAL NOT NULL);
CREATE UNIQUE INDEX object_by_id ON objects (kind, id);
CREATE INDEX object_by_kind ON objects (kind, seq);
CREATE INDEX object_by_owner ON objects (kind, owner, seq) WHERE owner IS NOT NULL;
CREATE INDEX object_by_reference ON objects (kind, reference, seq) WHERE reference IS NOT NULL;
CREATE INDEX object_by_status ON objects (kind, status, seq) WHERE status IS NOT NULL;
CREATE INDEX object_by_both ON objects (kind, owner, reference, seq)
    WHERE reference IS NOT NULL AND owner IS NOT NULL;
CREATE TABLE due (seq INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    what BLOB NOT NULL);
CREATE INDEX due_by_time ON due (at, seq);
CREATE INDEX due_by_object ON due (kind, id);
CREATE TABLE unsettled (at REAL NOT NULL, account TEXT NOT NULL, collected INTEGER NOT NULL, fee INTEGER NOT NULL);
CREATE INDEX unsettled_by_time ON unsettled (account, at);
CREATE TABLE notices (seq INTEGER PRIMARY KEY, due REAL, body BLOB NOT NULL);
CREATE INDEX notice_by_time ON notices (due, seq) WHERE due IS NOT NULL;
CREATE TABLE keys (operation TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, answer BLOB NOT NULL,
    until REAL NOT NULL, PRIMARY KEY (operation, key));
CREATE TABLE meta (name TEXT PRIMARY KEY, value REAL NOT NULL);
