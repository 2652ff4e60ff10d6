const { spawn } = require('child_process')

exports.start = (command) => spawn(command, { stdio: 'inherit' })
exports.other = (command) => spawn(command, { stdio: 'inherit' })
if (process.platform === 'win32') exports.start = require('./windows').start
