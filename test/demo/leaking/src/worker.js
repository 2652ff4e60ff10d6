// Turns notes into reminders, one after the other, until it is told to stop.
import { writeFileSync } from 'node:fs'

const output = process.argv[2]
let reminders = 0
console.log(`writing reminders to ${output}`)

setInterval(() => {
  reminders += 1
  writeFileSync(output, `${reminders}\n`)
}, 50)

setTimeout(() => process.exit(0), 60_000)
