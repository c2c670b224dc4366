/**
 * Takes points from a window and, where it is spent, from the burst, in one step: all of them or none. So gateways
 * that take at the same time give out exactly the limit. rate-limiter-flexible's script counts one key and charges
 * refused calls too.
 *
 * KEYS: the window's count, the burst's. ARGV: cost, points, window in ms, burst points, the burst's window in ms.
 * A cost of 0 takes nothing and tells what is left.
 * Returns whether it was taken, what is left of the window and how long it lasts (ms), and the same of the burst.
 */
export const takeScript = `
local function state(key, points, window)
  local used = tonumber(redis.call('get', key) or '0')
  local ms = redis.call('pttl', key)
  if ms < 0 then return points, window, true end
  return math.max(0, points - used), ms, false
end
local function charge(key, cost, window, fresh)
  if cost == 0 then return end
  if fresh then redis.call('set', key, cost, 'PX', window) else redis.call('incrby', key, cost) end
end
local cost = tonumber(ARGV[1])
local baseLeft, baseMs, baseFresh = state(KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]))
local burstLeft, burstMs, burstFresh = state(KEYS[2], tonumber(ARGV[4]), tonumber(ARGV[5]))
if cost > baseLeft + burstLeft then return {0, baseLeft, baseMs, burstLeft, burstMs} end
local fromBase = math.min(cost, baseLeft)
charge(KEYS[1], fromBase, ARGV[3], baseFresh)
charge(KEYS[2], cost - fromBase, ARGV[5], burstFresh)
return {1, baseLeft - fromBase, baseMs, burstLeft - (cost - fromBase), burstMs}
`;
