/** Whether to colour, by the conventions that Node itself follows: FORCE_COLOR, then NO_COLOR, NODE_DISABLE_COLORS and TERM=dumb, then whether it is a terminal. */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env.NO_COLOR || env.NODE_DISABLE_COLORS || env.TERM === 'dumb') return false
  return isTerminal
}
