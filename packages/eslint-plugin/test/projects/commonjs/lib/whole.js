const { first } = require('./named')

module.exports = {
  run: require('./start'),
  again: first,
  nested: { run: require('./named').third },
  wait(child) {
    child.on('exit', console.log)
  },
}
