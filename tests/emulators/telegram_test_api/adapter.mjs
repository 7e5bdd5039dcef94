// A Bot API that python-telegram-bot 22 can work with, in front of `telegram-test-api` 4.2.1, which keeps the messages.
// It mends what that one answers otherwise than https://core.telegram.org/bots/api says, and has the methods that it
// lacks. What is asked of the bot's side is kept for the test to look at: GET /calls.
//
//   node adapter.mjs FOLDER_OF_NODE_MODULES PORT PORT_OF_THE_EMULATOR

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'

const [modules, port, emulatorPort] = process.argv.slice(2)
const HOST = '127.0.0.1'
const EMULATOR = `http://${HOST}:${emulatorPort}`
const TelegramServer = createRequire(`${modules}/`)('telegram-test-api')
const KEPT_SECONDS = 3600 // it forgets messages after a minute otherwise
const LONGEST_POLL = 200 // milliseconds
const NUMBERS = ['chat_id', 'message_id', 'offset', 'timeout']
const WORDS = ['text', 'caption', 'name', 'description', 'short_description'] // these stay as they are, whatever they look like
const BOT = { id: 666, is_bot: true, first_name: 'Test First name', username: 'TestNameBot' }

const calls = [] // {method, parameters}, in their order
const updates = [] // those that the bot has not confirmed
const files = new Map() // file_id -> {name, content}

async function ask(path, body) {
  const answer = await fetch(`${EMULATOR}/${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error((await answer.json()).message)
  return (await answer.json()).result
}

const seconds = (date) => Math.floor(date > 1e11 ? date / 1000 : date)
const said = ({ chat_id, text, reply_markup }, message_id, time) => ({
  message_id, date: seconds(time), from: BOT, chat: { id: Number(chat_id), type: 'private', first_name: 'Test' }, text,
  ...(reply_markup?.inline_keyboard && { reply_markup }),
})

function mended(update) {
  const { message, callback_query: query } = update
  if (message) delete message.botToken
  if (query) query.chat_instance ??= String(query.message.chat.id)
  const dated = message ?? query?.message
  if (dated?.date) dated.date = seconds(dated.date)
  return update
}

async function edit(token, method, parameters) {
  await ask(`bot${token}/${method}`, { reply_markup: { inline_keyboard: [] }, ...parameters })
  const history = await ask('getUpdatesHistory', { token })
  const edited = history.find(
    (one) => 'chat_id' in (one.message ?? {}) && one.messageId === parameters.message_id
      && Number(one.message.chat_id) === parameters.chat_id)
  if (!edited) throw new Error('Bad Request: message to edit not found')
  return said(edited.message, edited.messageId, edited.time)
}

function send(token, parameters) {
  return ask(`bot${token}/sendMessage`, parameters).then((sent) => said(parameters, sent.message_id, sent.date))
}

const yes = async () => true
const methods = {
  getMe: async (token) => ({ ...BOT, ...await ask(`bot${token}/getMe`, {}), is_bot: true }),
  // As Telegram: an update comes again until a request with a higher offset confirms it.
  getUpdates: async (token, { offset = 0, timeout = 0 }) => {
    while (updates.length && updates[0].update_id < offset) updates.shift()
    const until = Date.now() + Math.min(timeout * 1000, LONGEST_POLL)
    do {
      updates.push(...(await ask(`bot${token}/getUpdates`, {})).map(mended))
      if (!updates.length) await pause(20)
    } while (!updates.length && Date.now() < until)
    return updates
  },
  sendMessage: send,
  editMessageText: (token, parameters) => edit(token, 'editMessageText', parameters),
  editMessageReplyMarkup: (token, parameters) => edit(token, 'editMessageReplyMarkup', parameters),
  sendDocument: async (token, { chat_id, caption, document, reply_markup }) => {
    const message = await send(token, { chat_id, text: caption ?? '', ...(reply_markup && { reply_markup }) })
    const file_id = keep(document.name, Buffer.from(document.content, 'base64'))
    const { text, ...rest } = message
    return { ...rest, caption: text, document: { ...described(file_id), file_name: document.name } }
  },
  getFile: async (token, { file_id }) => {
    if (!files.has(file_id)) throw new Error('Bad Request: invalid file_id')
    return { ...described(file_id), file_path: `documents/${file_id}` }
  },
  ...Object.fromEntries(['sendChatAction', 'setChatMenuButton', 'answerCallbackQuery'].map((name) => [name, yes])),
}
const PROFILE = { Commands: 'commands', Name: 'name', Description: 'description', ShortDescription: 'short_description' }
const profile = new Map()
for (const [thing, field] of Object.entries(PROFILE)) {
  const place = ({ language_code, scope }) => [thing, language_code, scope?.type].join()
  methods[`setMy${thing}`] = async (token, parameters) => {
    profile.set(place(parameters), parameters[field])
    return true
  }
  methods[`getMy${thing}`] = async (token, parameters) => {
    const set = profile.get(place(parameters))
    return thing === 'Commands' ? set ?? [] : { [field]: set ?? '' }
  }
}
const forwarded = ['deleteMessage', 'deleteWebhook', 'setWebhook']

function keep(name, content) {
  const file_id = `file${files.size + 1}`
  files.set(file_id, { name, content })
  return file_id
}

function described(file_id) {
  return { file_id, file_unique_id: file_id, file_size: files.get(file_id).content.length }
}

async function bodyOf(request) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function parametersOf(request) {
  const type = request.headers['content-type'] ?? ''
  const body = await bodyOf(request)
  if (!body.length) return {}
  if (type.includes('json')) return JSON.parse(body)
  const form = await new Response(body, { headers: { 'content-type': type } }).formData()
  const parameters = {}
  for (const [name, value] of form) parameters[name] = await read(name, value)
  // A file goes as `attach://name`, or under the parameter's own name.
  for (const [name, value] of Object.entries(parameters)) {
    const attached = typeof value === 'string' && value.startsWith('attach://') && value.slice('attach://'.length)
    if (attached) parameters[name] = parameters[attached]
  }
  return parameters
}

async function read(name, value) {
  if (typeof value !== 'string') {
    return { name: value.name, type: value.type, content: Buffer.from(await value.arrayBuffer()).toString('base64') }
  }
  if (NUMBERS.includes(name)) return Number(value)
  return !WORDS.includes(name) && /^[{[]/.test(value) ? JSON.parse(value) : value
}

async function answer(token, method, request) {
  const parameters = await parametersOf(request)
  if (method !== 'getUpdates') calls.push({ method, parameters })
  if (method in methods) return [200, { ok: true, result: await methods[method](token, parameters) }]
  if (forwarded.includes(method)) {
    return [200, { ok: true, result: await ask(`bot${token}/${method}`, parameters) ?? true }]
  }
  return [404, { ok: false, error_code: 404, description: 'Not Found' }]
}

async function serve(request, response) {
  const { pathname, searchParams } = new URL(request.url, EMULATOR)
  const [, token, method] = pathname.match(/^\/bot([^/]+)\/(\w+)$/) ?? []
  const [, file_id] = pathname.match(/^\/file\/bot[^/]+\/documents\/(\w+)$/) ?? []
  if (file_id) {
    response.writeHead(files.has(file_id) ? 200 : 404).end(files.get(file_id)?.content)
    return
  }
  let [status, result] = [200, {}]
  try {
    if (token) [status, result] = await answer(token, method, request)
    else if (pathname === '/calls') result = calls
    else if (pathname === '/files') result = { file_id: keep(searchParams.get('name'), await bodyOf(request)) }
    else result = { result: await ask(pathname.slice(1), await parametersOf(request)) } // the person's side
  } catch (error) {
    [status, result] = [400, { ok: false, error_code: 400, description: error.message }]
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(result))
}

await new TelegramServer({ host: HOST, port: Number(emulatorPort), storeTimeout: KEPT_SECONDS }).start()
createServer(serve).listen(Number(port), HOST)
