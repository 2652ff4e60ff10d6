const start = require('./start')

function Pool() {
  this.members = {}
}

Pool.prototype.add = function (id, file) {
  const started = start(file)
  this.members[id] = { child: started.child, calls: 0 }
}

Pool.prototype.close = function () {
  for (const id of Object.keys(this.members)) {
    const member = this.members[id]
    member.child.kill('SIGKILL')
    delete this.members[id]
  }
}

module.exports = Pool
