/* Puts the MobiliseSME chat on a page:
   <script src="https://…/chat.js" data-site="bsc" data-language="sl" async></script> */
(() => {
  "use strict";
  const script = document.currentScript ?? document.querySelector('script[src$="/chat.js"]');
  if (!script || document.querySelector("mobilise-chat")) return;
  const base = new URL(".", script.src).href;
  const { site = "home", language = "" } = script.dataset;
  const begin = async () => {
    const { mount } = await import(`${base}static/widget/mount.js`);
    await mount({ base, site, language });
  };
  begin().catch((error) => console.warn("MobiliseSME chat:", error));
})();
