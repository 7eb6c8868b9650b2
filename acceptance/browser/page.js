/** Functions of the pages of `browser.acceptance.ts`. Each runs in the browser and takes the server's base URL. */

/** Sends requests in every way that needs no preflight, then tries to read. Returns the outcomes that the page sees. */
async function attack(baseURL) {
  const outcome = (sent) =>
    sent.then(
      ({ type }) => type,
      (error) => error.name,
    );
  const upload = () => {
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new Blob(['x'.repeat(1000)]), 'x.txt');
    return form;
  };
  const load = (name) =>
    new Promise((resolve) => {
      const element = document.createElement(name);
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('error');
      element.src = `${baseURL}/models`;
      document.body.append(element);
    });
  const frame = document.createElement('iframe');
  frame.name = 'target';
  document.body.append(frame);
  const submit = () =>
    new Promise((resolve) => {
      frame.onload = () => resolve('sent');
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', enctype: 'multipart/form-data', target: 'target' });
      form.action = `${baseURL}/vector_stores`;
      document.body.append(form);
      form.submit();
    });
  const body = JSON.stringify({ model: 'scripted', store: true, messages: [{ role: 'user', content: 'hi' }] });
  const json = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  return {
    upload: await outcome(fetch(`${baseURL}/files`, { method: 'POST', mode: 'no-cors', body: upload() })),
    thread: await outcome(fetch(`${baseURL}/vector_stores`, { method: 'POST', mode: 'no-cors' })),
    beacon: navigator.sendBeacon(`${baseURL}/files`, upload()) ? 'sent' : 'refused',
    form: await submit(),
    json: await outcome(fetch(`${baseURL}/chat/completions`, json)),
    read: await outcome(fetch(`${baseURL}/models`)),
    image: await load('img'),
    script: await load('script'),
    socket: await new Promise((resolve) => {
      const socket = new WebSocket(`${baseURL.replace('http', 'ws')}/realtime`);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('error');
    }),
    frame: await load('iframe').then(() => 'sent'),
  };
}

async function readAndWrite(baseURL) {
  const form = new FormData();
  form.set('purpose', 'assistants');
  form.set('file', new Blob(['hello']), 'x.txt');
  const models = await fetch(`${baseURL}/models`);
  const upload = await fetch(`${baseURL}/files`, { method: 'POST', body: form });
  return { models: models.status, upload: upload.status };
}

/** Sends a request with a preflight, and reads a header that the server exposes to allowed origins. */
async function chat(baseURL) {
  const response = await fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify({ model: 'scripted', messages: [{ role: 'user', content: 'hello page' }] }),
  });
  if (response.headers.get('x-request-id') === null) return 'no request id';
  const { choices } = await response.json();
  return choices[0]?.message.content ?? '';
}

Object.assign(globalThis, { attack, readAndWrite, chat });
