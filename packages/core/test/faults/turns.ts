/**
 * Lets both ends of every connection in this process read what was written to it. On the loopback interface it is there
 * to be read as soon as it is written.
 */
export async function turns(): Promise<void> {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve))
}
