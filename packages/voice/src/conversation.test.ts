import { isRunAnywhereError } from '@runanywhere/core';
import { ScriptedLanguageModel } from '@runanywhere/core/testing';
import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';
import { fitPrompt } from './fit-prompt.ts';

test('joins two breaths of one turn, and keeps messages apart otherwise', () => {
  const conversation = new Conversation();
  conversation.addUser('What is', false);
  conversation.addUser('the time?', true);
  conversation.addUser('Please.', false);
  expect(conversation.messages.map(({ text }) => text)).toEqual(['What is the time?', 'Please.']);
});

test('a new array with each change, ids that stay, nothing mutated', () => {
  const conversation = new Conversation();
  conversation.addUser('Hi.', false);
  const id = conversation.beginReply();
  const before = conversation.messages;
  conversation.setReply(id, 'Hello', 'partial');
  expect(conversation.messages).not.toBe(before);
  expect(before[1]).toEqual({ id, role: 'assistant', text: '', status: 'partial' });
  conversation.setReply(id, 'Hello you.', 'complete');
  expect(conversation.messages[1]).toEqual({ id, role: 'assistant', text: 'Hello you.', status: 'complete' });
});

test('a reply that nobody heard leaves no message', () => {
  const conversation = new Conversation();
  conversation.addUser('Hi.', false);
  conversation.setReply(conversation.beginReply(), ' ', 'interrupted');
  expect(conversation.messages).toHaveLength(1);
});

test('the prompt alternates between the roles and leaves out what is empty', () => {
  const conversation = new Conversation();
  conversation.addUser('One.', false);
  conversation.addUser('Two.', false);
  conversation.beginReply();
  expect(conversation.prompt('Be kind.')).toEqual([
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'One. Two.' },
  ]);
  expect(conversation.prompt('')[0]).toEqual({ role: 'user', content: 'One. Two.' });
});

/** Exchanges of ten words each, and a last question of five. */
function longConversation(exchanges: number): Conversation {
  const conversation = new Conversation();
  for (let index = 0; index < exchanges; index++) {
    conversation.addUser(`question ${index} has five words`, false);
    conversation.setReply(conversation.beginReply(), `answer ${index} has five words`, 'complete');
  }
  conversation.addUser('the last question of all', false);
  return conversation;
}

// The scripted model counts words as tokens.
async function fit(conversation: Conversation, contextTokens: number, replyTokens = 10) {
  const languageModel = new ScriptedLanguageModel({ contextTokens });
  await languageModel.load();
  const { signal } = new AbortController();
  return fitPrompt(conversation, 'system prompt', languageModel, { replyTokens, signal });
}

test('a history that fits is given whole', async () => {
  const { messages, droppedMessages } = await fit(longConversation(3), 47);
  expect(droppedMessages).toBe(0);
  expect(messages).toHaveLength(8);
});

test('drops the oldest exchanges, down to three quarters of the room, and keeps system prompt and question', async () => {
  const conversation = longConversation(9);
  const { messages, droppedMessages } = await fit(conversation, 90);
  // 97 words for 80 tokens of room: down to 60 at most.
  expect(droppedMessages).toBe(8);
  expect(messages[0]).toEqual({ role: 'system', content: 'system prompt' });
  expect(messages[1]).toEqual({ role: 'user', content: 'question 4 has five words' });
  expect(messages.at(-1)?.content).toBe('the last question of all');
  // Nobody forgets them on the screen, and the next turn has the same beginning.
  expect(conversation.messages).toHaveLength(19);
  expect((await fit(conversation, 90)).messages).toEqual(messages);
});

test('refuses what cannot fit, and takes the last question alone if that does', async () => {
  const error = await fit(longConversation(2), 15).catch((caught: unknown) => caught);
  expect(isRunAnywhereError(error, 'prompt-too-long') && error.details.contextTokens).toBe(15);
  const { messages } = await fit(longConversation(2), 18);
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
});
