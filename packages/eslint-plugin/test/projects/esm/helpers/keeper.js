export class Keeper {
  #child

  constructor(child) {
    this.#child = child
  }

  stop() {
    this.#child.kill()
  }
}

export function guard(child) {
  const keeper = new Keeper(child)
  process.once('exit', () => keeper.stop())
}

export function watch(child) {
  const all = [child]
  for (const each of all) each.on('exit', console.log)
}
