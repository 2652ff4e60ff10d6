/** A length of time in words as short as its precision deserves. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`
  const minutes = Math.floor(Math.round(milliseconds / 1000) / 60)
  const seconds = Math.round(milliseconds / 1000) % 60
  if (minutes < 60) return `${minutes} min ${seconds} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
