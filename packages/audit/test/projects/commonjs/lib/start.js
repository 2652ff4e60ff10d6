const { fork } = require('child_process')

module.exports = function start(file) {
  const child = fork(file)
  child.on('error', console.error)
  return { child, file }
}
