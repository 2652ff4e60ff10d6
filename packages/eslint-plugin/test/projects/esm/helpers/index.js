export * from './observe.js'
export { start as launch } from '../server.js'
export * as servers from '../server.js'
