// An adapter on SQLite: one table, prepared statements, each write its own commit, as the interface has no larger unit.
export async function open (load, file) {
  const { default: Database } = await load('better-sqlite3')
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(`
    CREATE TABLE documents (key TEXT PRIMARY KEY, payload TEXT NOT NULL, consumed INTEGER, grant_id TEXT, uid TEXT);
    CREATE INDEX of_a_grant ON documents (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX by_uid ON documents (uid) WHERE uid IS NOT NULL;`)
  const statement = text => database.prepare(text)
  const upsert = statement(`INSERT INTO documents (key, payload, grant_id, uid) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid`)
  const find = statement('SELECT payload, consumed FROM documents WHERE key = ?')
  const findByUid = statement('SELECT payload, consumed FROM documents WHERE uid = ?')
  const consume = statement('UPDATE documents SET consumed = unixepoch() WHERE key = ?')
  const destroy = statement('DELETE FROM documents WHERE key = ?')
  const revoke = statement(`DELETE FROM documents WHERE grant_id = ? AND key NOT LIKE 'Grant:%'`)
  const read = row => row && { ...JSON.parse(row.payload), ...(row.consumed && { consumed: row.consumed }) }
  return class {
    constructor (model) { this.model = model }
    key (id) { return `${this.model}:${id}` }
    async upsert (id, payload) {
      upsert.run(this.key(id), JSON.stringify(payload), payload.grantId ?? null, payload.uid ?? null)
    }

    async find (id) { return read(find.get(this.key(id))) }
    async findByUid (uid) { return read(findByUid.get(uid)) }
    async consume (id) { consume.run(this.key(id)) }
    async destroy (id) { destroy.run(this.key(id)) }
    async revokeByGrantId (grantId) { revoke.run(grantId) }
  }
}
