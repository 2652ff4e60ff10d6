const { spawn } = require('child_process')

const state = { running: null }

exports.begin = () => {
  state.running = spawn('tail', ['-f', 'log'], { stdio: 'ignore' })
  state.running.on('error', console.error)
}

exports.isRunning = () => state.running !== null
