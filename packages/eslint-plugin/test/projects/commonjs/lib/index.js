'use strict'
Object.defineProperty(exports, '__esModule', { value: true })
const whole_1 = require('./whole')
Object.defineProperty(exports, 'run', { enumerable: true, get: function () { return whole_1.run } })
__exportStar(require('./named'), exports)
exports.default = whole_1.again
