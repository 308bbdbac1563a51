// How a host page opens the chat from its own buttons: calls made before the widget is there wait in a queue.
/** @type {any} */
const page = window;
page.openerChat ||= [];
for (const button of document.querySelectorAll('[data-chat]')) {
  button.addEventListener('click', () => {
    page.openerChat.push(['open']);
    const text = button.getAttribute('data-chat');
    if (text) page.openerChat.push(['say', text]);
  });
}
