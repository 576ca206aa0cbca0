import { createHash } from 'node:crypto'

/**
 * The steps that have to happen as a whole, one script each. What they share:
 *
 * - The only clock is the server's. Every reply begins with it, in microseconds since 1970.
 * - `ARGV[1]` is the last moment at which the script may do anything: a command that its caller has given up on
 *   changes nothing when the server gets to it later.
 * - They read first and write then, since an error keeps what was written before it.
 * - They touch the keys that they were given and no others, so `keyPrefix` of a client and clusters work.
 *
 * What is where, below the tag of a site:
 *
 *     owner:<owner>  hash  <session id>  <ms>|<owners, the customer last>   a session that is remembered
 *                          ?<create id>  <customer>, -<customer>            under way; superseded by a close
 *                          !<spared>     <µs>                               closed then, but for this customer
 *     due            zset  <session id>, ?<create id>                       by when it is due, or its lease ends (µs)
 *     work           hash  the same      <µs since>|<owners>|<note>
 *                          !             a random name of the data, by which its loss is seen
 */
export interface Script {
  readonly name: string
  readonly source: string
  readonly sha: string
  /** What it does is true however late it comes. */
  readonly isNeverLate?: boolean
}

const HEAD = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(number) return string.format('%.0f', number) end
local stamp = text(now)
if now > tonumber(ARGV[1]) then return {stamp, 'late'} end
`

// What is not ours under one of our keys is told by name, and left as it is.
const OWNERS_HEAD = `${HEAD}
for i = 1, #KEYS do
  local size = redis.pcall(i == 1 and 'ZCARD' or 'HLEN', KEYS[i])
  if type(size) == 'table' and size.err then
    if string.find(size.err, 'WRONGTYPE') then return {stamp, 'wrong', KEYS[i]} end
    return size
  end
end
local HOUR = 3600000
-- Keeps a key for at least that long.
local function keep(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, text(ms)) end
end
local function sinceOf(member)
  local before = redis.call('HGET', KEYS[2], member)
  return before and string.match(before, '^%d+') or stamp
end
local function putDue(member, inMs, owners, note, sooner)
  local since = sinceOf(member)
  local at = text(now + inMs * 1000)
  if sooner then redis.call('ZADD', KEYS[1], 'LT', at, member) else redis.call('ZADD', KEYS[1], at, member) end
  redis.call('HSET', KEYS[2], member, since .. '|' .. owners .. '|' .. note)
end
local function dropDue(member)
  redis.call('ZREM', KEYS[1], member)
  redis.call('HDEL', KEYS[2], member)
end
-- A server that is full refuses a write only while the script has written nothing. What ends sessions begins with
-- a write that it never refuses, so endings go through and openings do not.
local function writeWhenFull() redis.call('ZREM', KEYS[1], '') end
local function isFlagged(customer) return string.sub(customer, 1, 1) == '-' end
-- A sign-in that does not know its customer yet counts as no other: it begins again when it does.
local function isAnother(customer, spared) return customer ~= '' and customer ~= spared end
`

function script(name: string, source: string, more: Pick<Script, 'isNeverLate'> = {}): Script {
  return { name, source, sha: createHash('sha1').update(source).digest('hex'), ...more }
}

/** `arrived, create, customer, leaseMs, note, owners, number of own owners, retentionMs` */
export const begin = script(
  'begin',
  `${OWNERS_HEAD}
local arrived, member, customer = tonumber(ARGV[2]), '?' .. ARGV[3], ARGV[4]
local own, oldest = tonumber(ARGV[8]) + 2, now / 1000 - tonumber(ARGV[9])
local closed = false
local standing, stale, sessions, others = {}, {}, {}, {}
for i = 3, #KEYS do
  local fields = redis.call('HGETALL', KEYS[i])
  for j = 1, #fields, 2 do
    local field, value = fields[j], fields[j + 1]
    local kind = string.sub(field, 1, 1)
    if kind == '!' then
      local spared = string.sub(field, 2)
      if tonumber(value) >= arrived and (spared == '' or isAnother(customer, spared)) then closed = true end
    elseif field == member then
      standing[#standing + 1] = {KEYS[i], value}
      if isFlagged(value) then closed = true end
    elseif kind == '?' then
      if i <= own then others[field] = isFlagged(value) and string.sub(value, 2) or value end
    elseif tonumber(string.match(value, '^%d+')) < oldest then
      stale[#stale + 1] = {KEYS[i], field}
    elseif i <= own then
      sessions[field] = value
    end
  end
end
if closed then
  for _, entry in ipairs(standing) do
    if not isFlagged(entry[2]) then redis.call('HSET', entry[1], member, '-' .. entry[2]) end
  end
  return {stamp, 'closed'}
end
for i = 3, #KEYS do
  redis.call('HSET', KEYS[i], member, customer)
  keep(KEYS[i], HOUR)
end
putDue(member, tonumber(ARGV[5]), ARGV[7], ARGV[6])
for _, entry in ipairs(stale) do redis.call('HDEL', entry[1], entry[2]) end
local known, rivals = {}, {}
for id, value in pairs(sessions) do known[#known + 1] = id; known[#known + 1] = value end
for _, other in pairs(others) do rivals[#rivals + 1] = other end
return {stamp, 'open', known, rivals}
`,
)

/** `create, session, customer, owners, retentionMs, [session, ms] that the cookies show …` */
export const remember = script(
  'remember',
  `${OWNERS_HEAD}
local member, session = '?' .. ARGV[2], ARGV[3]
local standing, there, total = 0, 0, #KEYS - 2
for i = 3, #KEYS do
  local customer = redis.call('HGET', KEYS[i], member)
  if customer then
    if isFlagged(customer) then return {stamp, 'closed'} end
    standing = standing + 1
  end
  there = there + redis.call('HEXISTS', KEYS[i], session)
end
if ARGV[4] == '' then return {stamp, 'unknown'} end
if standing < total then return {stamp, (standing == 0 and there == total) and 'remembered' or 'unknown'} end
writeWhenFull()
for i = 3, #KEYS do
  redis.call('HDEL', KEYS[i], member)
  redis.call('HSET', KEYS[i], session, text(now / 1000) .. '|' .. ARGV[5])
  for j = 7, #ARGV, 2 do redis.call('HSETNX', KEYS[i], ARGV[j], ARGV[j + 1] .. '|' .. ARGV[5]) end
  redis.call('PEXPIRE', KEYS[i], ARGV[6])
end
dropDue(member)
return {stamp, 'remembered'}
`,
)

/** `number of owners of which all is to be over, spared, leaseMs, by, justMs, retentionMs, when its request came in` */
export const close = script(
  'close',
  `${OWNERS_HEAD}
local whole, spared, mark = tonumber(ARGV[2]) + 2, ARGV[3], '!' .. ARGV[3]
local lease, oldest = tonumber(ARGV[4]), now / 1000 - tonumber(ARGV[7])
-- When a session was remembered is a rounded number of milliseconds.
local just = math.min(now / 1000 - tonumber(ARGV[6]), (tonumber(ARGV[8]) or now) / 1000 - 1)
local flags, drops, sessions, superseded, underWay = {}, {}, {}, {}, 0
for i = 3, #KEYS do
  local fields = redis.call('HGETALL', KEYS[i])
  for j = 1, #fields, 2 do
    local field, value = fields[j], fields[j + 1]
    local kind = string.sub(field, 1, 1)
    if kind == '!' then
      -- A mark for all but one says nothing that a later one for all does not.
      if spared == '' and field ~= mark then drops[#drops + 1] = {KEYS[i], field} end
    elseif kind == '?' then
      local customer = isFlagged(value) and string.sub(value, 2) or value
      if spared == '' or isAnother(customer, spared) then
        if not isFlagged(value) then flags[#flags + 1] = {KEYS[i], field, '-' .. customer} end
        if not superseded[field] then underWay = underWay + 1 end
        superseded[field] = true
      end
    else
      local ms, owners = string.match(value, '^(%d+)|(.+)$')
      local since = i <= whole and oldest or just
      if tonumber(ms) > since and string.match(owners, '[^,]+$') ~= spared then sessions[field] = owners end
    end
  end
end
writeWhenFull()
for i = 3, #KEYS do
  redis.call('HSET', KEYS[i], mark, stamp)
  keep(KEYS[i], HOUR)
end
for _, entry in ipairs(flags) do redis.call('HSET', entry[1], entry[2], entry[3]) end
for _, entry in ipairs(drops) do redis.call('HDEL', entry[1], entry[2]) end
local found = {}
for id, owners in pairs(sessions) do
  putDue(id, lease, owners, ARGV[5], true)
  found[#found + 1] = id
  found[#found + 1] = owners
end
return {stamp, 'closed', text(underWay), found}
`,
)

/** `number of sessions, session …, create …`. Gives further owners that the entries name. True for ever, never late. */
export const forget = script(
  'forget',
  `${OWNERS_HEAD}
local count = tonumber(ARGV[2])
local named = {}
local function note(owners)
  for owner in string.gmatch(owners or '', '[^,]+') do named[owner] = true end
end
for j = 3, #ARGV do
  local member = j < count + 3 and ARGV[j] or '?' .. ARGV[j]
  local work = redis.call('HGET', KEYS[2], member)
  if work then note(string.match(work, '^%d+|([^|]*)|')) end
  for i = 3, #KEYS do
    if j < count + 3 then
      local value = redis.call('HGET', KEYS[i], member)
      if value then note(string.match(value, '|(.+)$')) end
    end
  end
end
writeWhenFull()
for j = 3, #ARGV do
  local member = j < count + 3 and ARGV[j] or '?' .. ARGV[j]
  for i = 3, #KEYS do redis.call('HDEL', KEYS[i], member) end
  dropDue(member)
end
for i = 3, #KEYS do
  local remembers = false
  for _, field in ipairs(redis.call('HKEYS', KEYS[i])) do
    if not string.find(field, '^[?!]') then remembers = true end
  end
  if not remembers and redis.call('PTTL', KEYS[i]) > HOUR then redis.call('PEXPIRE', KEYS[i], HOUR) end
end
local owners = {}
for owner in pairs(named) do owners[#owners + 1] = owner end
return {stamp, 'forgotten', owners}
`,
  { isNeverLate: true },
)

/** `member, inMs, note, owners, retentionMs` */
export const postpone = script(
  'postpone',
  `${OWNERS_HEAD}
writeWhenFull()
putDue(ARGV[2], tonumber(ARGV[3]), ARGV[5], ARGV[4])
if string.sub(ARGV[2], 1, 1) ~= '?' then
  for i = 3, #KEYS do
    redis.call('HSETNX', KEYS[i], ARGV[2], text(now / 1000) .. '|' .. ARGV[5])
    redis.call('PEXPIRE', KEYS[i], ARGV[6])
  end
end
return {stamp, 'postponed'}
`,
)

/** `limit, leaseMs, a name for the data if it has none` */
export const take = script(
  'take',
  `${OWNERS_HEAD}
writeWhenFull()
redis.call('HSETNX', KEYS[2], '!', ARGV[4])
local taken = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', stamp, 'LIMIT', 0, ARGV[2])) do
  local since, owners, note = string.match(redis.call('HGET', KEYS[2], member) or '', '^(%d+)|([^|]*)|(.*)$')
  if since then
    redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[3]) * 1000), member)
    for _, part in ipairs({member, since, owners, note}) do taken[#taken + 1] = part end
  else
    redis.call('ZREM', KEYS[1], member)
  end
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {stamp, 'taken', redis.call('HGET', KEYS[2], '!'), first[2] or '', taken}
`,
)

/** `create` */
export const claim = script(
  'claim',
  `${OWNERS_HEAD}
local member, standing = '?' .. ARGV[2], {}
for i = 3, #KEYS do
  local customer = redis.call('HGET', KEYS[i], member)
  if customer then standing[#standing + 1] = {KEYS[i], customer} end
end
writeWhenFull()
if #standing == 0 then
  dropDue(member)
  return {stamp, 'settled'}
end
for _, entry in ipairs(standing) do
  if not isFlagged(entry[2]) then redis.call('HSET', entry[1], member, '-' .. entry[2]) end
end
return {stamp, 'claimed'}
`,
)

/** `ttlMs` */
export const once = script(
  'once',
  `${HEAD}
local fresh = redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2])
return {stamp, fresh and 'first' or 'used'}
`,
)

/** `points, durationMs`. A fixed window that begins with its first point. */
export const count = script(
  'count',
  `${HEAD}
local points = redis.call('INCRBY', KEYS[1], 1)
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return {stamp, points > tonumber(ARGV[2]) and text(redis.call('PTTL', KEYS[1])) or '0'}
`,
)

/** What the server is, as far as it may be asked. */
export const hello = script(
  'hello',
  `${HEAD}
local info = redis.pcall('INFO', 'memory')
if type(info) ~= 'string' then return {stamp, '', ''} end
return {stamp, string.match(info, 'maxmemory:(%d+)') or '', string.match(info, 'maxmemory_policy:(%S+)') or ''}
`,
)
