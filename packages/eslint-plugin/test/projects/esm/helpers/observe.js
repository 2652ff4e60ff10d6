export function logPid(child) {
  console.log(child.pid)
  return child
}

export function onFailure(child, listener) {
  child.on('error', listener)
}

export const ended = (child) => new Promise((resolve) => child.once('close', resolve))

export const collect = (stream) => {
  const chunks = []
  stream.on('data', (chunk) => chunks.push(chunk))
  return chunks
}

export function keep(child) {
  globalThis.children.add(child)
}
