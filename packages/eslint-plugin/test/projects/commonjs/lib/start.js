const { spawn } = require('child_process')

module.exports = function start(command) {
  return spawn(command, { stdio: 'inherit' })
}
