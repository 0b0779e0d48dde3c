import type { ChatMessage } from '@runanywhere/core';
import { WorkerLanguageModel } from '@runanywhere/workers';

const log = document.querySelector('main') as HTMLElement;
const form = document.querySelector('form') as HTMLFormElement;
const button = document.querySelector('button') as HTMLButtonElement;
const model = new WorkerLanguageModel({ modelsUrl: '/models/' });
const messages: ChatMessage[] = [{ role: 'system', content: 'Answer in one short sentence.' }];

function addLine(text: string): HTMLElement {
  return log.appendChild(Object.assign(document.createElement('p'), { textContent: text }));
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const content = String(new FormData(form).get('question'));
  form.reset();
  messages.push({ role: 'user', content });
  addLine(content);
  const line = addLine('');
  for await (const part of model.generate(messages)) {
    if (part.type === 'reply-delta') line.append(part.text);
    else if (part.type === 'reply-end') messages.push({ role: 'assistant', content: part.text });
  }
});

await model.load({
  onProgress: ({ loadedBytes, totalBytes }) => {
    button.textContent = `${Math.round((100 * loadedBytes) / totalBytes)} %`;
  },
});
await model.warm(messages);
Object.assign(button, { textContent: 'Ask', disabled: false });
