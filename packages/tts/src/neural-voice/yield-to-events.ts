/**
 * Lets waiting events be handled, above all the message that aborts the call: between two runs of the network nothing else
 * leaves the current task.
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
