import { observe as again } from './self.js'

export function observe(child) {
  again(child)
}
