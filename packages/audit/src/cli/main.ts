#!/usr/bin/env node
import process from 'node:process'
import { runCli } from './runCli.ts'

process.exitCode = runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  print: (text) => process.stdout.write(text),
  warn: (text) => process.stderr.write(text),
})
