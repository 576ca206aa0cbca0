const { Socket } = require('node:net')

// Required before a script: whatever it connects to has to be this machine. Fetch, http, https and tls end up here.
const { connect } = Socket.prototype
Socket.prototype.connect = function (...args) {
  const [first, second] = args.flat()
  const { host, path } = typeof first === 'object' ? first : { host: second }
  const isHere = path || !host || host === 'localhost' || host === '::1' || /^127\./.test(host)
  if (!isHere) {
    console.error(`a connection to ${host} was tried`)
    process.exit(1)
  }
  return connect.apply(this, args)
}
