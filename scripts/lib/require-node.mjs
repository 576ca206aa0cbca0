// Imported first by every command, before anything that an older Node could trip over.

const oldest = { major: 20, minor: 19 }
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
  console.error(
    `This needs Node ${oldest.major}.${oldest.minor} or newer, and this is Node ${process.versions.node}. ` +
      'Install a current Node, then run the same command again.',
  )
  process.exit(1)
}
