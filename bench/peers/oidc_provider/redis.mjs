// An adapter on Redis: a hash for what can be consumed, a string for the rest, a list of keys for each grant.
const CONSUMABLE = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode', 'PushedAuthorizationRequest'])
const OF_A_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'])

export async function open (load, port) {
  const { Redis } = await load('ioredis')
  const redis = new Redis(Number(port), '127.0.0.1')
  const grantKey = id => `grant:${id}`
  return class {
    constructor (model) { this.model = model }
    key (id) { return `${this.model}:${id}` }

    async upsert (id, payload, seconds) {
      const key = this.key(id)
      const many = redis.multi()
      if (CONSUMABLE.has(this.model)) many.hset(key, 'payload', JSON.stringify(payload)).expire(key, seconds)
      else many.set(key, JSON.stringify(payload), 'EX', seconds)
      if (OF_A_GRANT.has(this.model) && payload.grantId) {
        many.rpush(grantKey(payload.grantId), key).expire(grantKey(payload.grantId), 86400)
      }
      if (payload.uid) many.set(`uid:${payload.uid}`, id, 'EX', seconds)
      await many.exec()
    }

    async find (id) {
      if (!CONSUMABLE.has(this.model)) {
        const text = await redis.get(this.key(id))
        return text ? JSON.parse(text) : undefined
      }
      const [text, consumed] = await redis.hmget(this.key(id), 'payload', 'consumed')
      return text ? { ...JSON.parse(text), ...(consumed && { consumed: Number(consumed) }) } : undefined
    }

    async findByUid (uid) { return this.find(await redis.get(`uid:${uid}`)) }
    async consume (id) { await redis.hset(this.key(id), 'consumed', Math.floor(Date.now() / 1000)) }
    async destroy (id) { await redis.del(this.key(id)) }
    async revokeByGrantId (grantId) {
      const keys = await redis.lrange(grantKey(grantId), 0, -1)
      await redis.del(...keys, grantKey(grantId))
    }
  }
}
