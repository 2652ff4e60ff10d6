import { spawn } from 'child_process'
export const start = (command: string) => spawn(command)
