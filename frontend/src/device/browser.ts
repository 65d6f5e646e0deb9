// What kind of browser this is, where it decides whether the app can work offline at all.

/** Service workers, storage keys and the camera exist only on https:// and on this very machine. */
export function secure(): boolean {
  return isSecureContext;
}

/** Opened inside a chat or payment app, whose browser keeps no service worker. */
export function insideAnotherApp(): boolean {
  const chat = /MicroMessenger|DingTalk|Lark|Feishu|QQ\/|Weibo|AlipayClient|WhatsApp|Line\//i;
  return chat.test(navigator.userAgent) && !('serviceWorker' in navigator && navigator.serviceWorker.controller);
}
