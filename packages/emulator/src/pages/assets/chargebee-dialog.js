/** The portal in place. It is served as a part of chargebee.js. */
export function createPortalDialog() {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', 'Customer portal')
  Object.assign(dialog.style, {
    width: 'min(64rem, 100vw)',
    maxWidth: '100vw',
    height: 'min(56rem, 100dvh)',
    maxHeight: '100dvh',
    padding: '0',
    border: '0',
    borderRadius: '14px',
    overflow: 'hidden',
  })
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = '×'
  button.setAttribute('aria-label', 'Close the customer portal')
  Object.assign(button.style, {
    position: 'absolute',
    top: '6px',
    right: '10px',
    width: '32px',
    height: '32px',
    font: '20px/1 system-ui, sans-serif',
    color: '#1d2333',
    background: '#e8ebf3',
    border: '1px solid #7f889d',
    borderRadius: '99px',
    cursor: 'pointer',
  })
  const frame = document.createElement('iframe')
  frame.title = 'Customer portal'
  frame.name = 'cb-frame'
  Object.assign(frame.style, { width: '100%', height: '100%', border: '0' })
  dialog.append(frame, button)
  return { dialog, button, frame }
}
