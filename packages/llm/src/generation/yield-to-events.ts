/**
 * Lets waiting events (above all the message that aborts a call) be handled. A microtask does not, and a timer would cost
 * 4 ms each time in browsers.
 */
export function yieldToEvents(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
