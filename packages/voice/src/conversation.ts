import type { ChatMessage } from '@runanywhere/core';
import type { VoiceMessage } from './session-snapshot.ts';

/** The messages of a session: what the screen shows and what the language model is given. Holds no clock and no engine. */
export class Conversation {
  #messages: readonly VoiceMessage[] = Object.freeze([]);
  #nextId = 1;
  /** Messages before it are shown, but no longer given to the language model. */
  #firstGiven = 0;

  /** All messages, as a new array after each change. */
  get messages(): readonly VoiceMessage[] {
    return this.#messages;
  }

  /**
   * Adds what the person said. With `merge`, it becomes the continuation of the last message, if that is the person's,
   * too: one turn, said in two breaths.
   */
  addUser(text: string, merge: boolean): void {
    const last = this.#messages.at(-1);
    if (merge && last?.role === 'user') this.#replace(last.id, { text: `${last.text} ${text}` });
    else this.#add('user', text, 'complete');
  }

  /** Begins a reply. Returns its id. */
  beginReply(): number {
    return this.#add('assistant', '', 'partial');
  }

  /** Sets the text of a reply that grows, ends or was cut short. An empty text that will not grow removes the message. */
  setReply(id: number, text: string, status: VoiceMessage['status']): void {
    if (status !== 'partial' && text.trim() === '') {
      this.#messages = Object.freeze(this.#messages.filter((message) => message.id !== id));
    } else this.#replace(id, { text, status });
  }

  /**
   * The conversation for a language model: the system prompt, then the messages that are given to it, neighbours of one
   * role joined, so that the roles alternate as chat templates want it.
   */
  prompt(systemPrompt: string): readonly ChatMessage[] {
    const prompt: ChatMessage[] = systemPrompt === '' ? [] : [{ role: 'system', content: systemPrompt }];
    for (const { role, text } of this.#messages.slice(this.#firstGiven)) {
      if (text.trim() === '') continue;
      const last = prompt.at(-1);
      if (last?.role === role) prompt[prompt.length - 1] = { role, content: `${last.content} ${text}` };
      else prompt.push({ role, content: text });
    }
    return prompt;
  }

  /**
   * Gives the language model one exchange less: drops its oldest messages up to the next one of the person.
   * Returns how many it dropped; 0 when only the person's last message is left.
   */
  dropOldest(): number {
    const given = this.#messages.slice(this.#firstGiven);
    const next = given.findIndex(
      ({ role }, index) => index > 0 && role === 'user' && given[index - 1]?.role !== 'user',
    );
    if (next < 0) return 0;
    this.#firstGiven += next;
    return next;
  }

  #add(role: VoiceMessage['role'], text: string, status: VoiceMessage['status']): number {
    const id = this.#nextId++;
    this.#messages = Object.freeze([...this.#messages, Object.freeze({ id, role, text, status })]);
    return id;
  }

  #replace(id: number, change: Partial<VoiceMessage>): void {
    this.#messages = Object.freeze(
      this.#messages.map((message) =>
        message.id === id ? Object.freeze({ ...message, ...change }) : message,
      ),
    );
  }
}
