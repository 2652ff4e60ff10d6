export { type Server, start as boot } from '../server.js'
export * from './observe'
