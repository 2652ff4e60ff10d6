var { spawn } = require('child_process')
var start = require('./start')

exports.first = exports.second = void 0
exports.first = start
exports.second = (command) => exports.third(command)
module.exports.third = function (command) {
  const child = spawn(command, { stdio: 'inherit' })
  return child.on('error', console.error)
}
