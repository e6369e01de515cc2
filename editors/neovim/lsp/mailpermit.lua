-- For Neovim 0.11 and later: put this file into `lsp/` of your configuration, and
-- `vim.lsp.enable('mailpermit')` into `init.lua`.
return {
  cmd = function(dispatchers, config)
    -- The program of the app's own packages goes before the one on the path.
    local root = config and config.root_dir or vim.fn.getcwd()
    local own = root .. '/node_modules/.bin/mailpermit'
    local program = vim.fn.executable(own) == 1 and own or 'mailpermit'
    return vim.lsp.rpc.start({ program, 'lsp' }, dispatchers)
  end,
  filetypes = {
    'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'vue', 'svelte', 'java', 'kotlin', 'python',
    'cs', 'php', 'ruby', 'go', 'html', 'handlebars', 'yaml', 'json', 'markdown',
  },
  root_markers = { 'email-access.yaml', 'manifest.yml', 'atlassian-connect.json', '.git' },
}
