import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium } from 'playwright-core'

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A Chromium of this machine: that of the variable `CHROMIUM`, or the one that the distribution has; `undefined` without one. */
export const chromiumPath = places.find((place) => place !== undefined && existsSync(place))

/** Starts it without a window, and without looking for anything beyond this machine. */
export function startBrowser() {
  if (chromiumPath === undefined)
    throw new Error(
      `No Chromium at ${places.slice(1).join(', ')}: install the package chromium, or name one in CHROMIUM.`,
    )
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
