/** A clone has it only once the pages are written, and it is read before that by the compiler. */
declare module '*/.pages/playground.json' {
  const data: unknown
  export default data
}
