// Its own in-memory adapter, with room for more than the 1,000 entries of the default: that one would forget sessions.
export async function open (load) {
  const { default: MemoryAdapter } = await load('oidc-provider/lib/adapters/memory_adapter.js')
  const { default: LRU } = await load('oidc-provider/lib/helpers/lru.js')
  const store = new LRU({ maxSize: 1_000_000 })
  return class extends MemoryAdapter {
    constructor (model) { super(model, store) }
  }
}
