using System.Diagnostics;
using System.Text;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// The key of a session: from the environment, or by <c>session.key-command</c> the first line that a program prints or a token of
/// <see cref="EntraToken"/>. A key that the server refuses, because it has expired, is replaced in the same way.
/// </summary>
/// <param name="key">From the environment; null: none.</param>
/// <param name="command">The program and its arguments, run without a shell, or <c>azure-identity</c>; empty: none.</param>
public sealed class KeySource(string? key, IReadOnlyList<string> command)
{
    private const int MaxKey = 16 * 1024; // a token of an identity service has some thousand characters

    private readonly Lock _lock = new();
    private string? _key = key;
    private bool _isRefused;

    /// <summary>Whether another key can be had.</summary>
    public bool CanRenew => command.Count > 0;

    /// <summary>The key was refused.</summary>
    public void Renew()
    {
        lock (_lock) _isRefused = true;
    }

    /// <summary>The key; null: there is none. Throws <see cref="ConnectionException"/> if the program prints none.</summary>
    public async ValueTask<string?> GetAsync(CancellationToken cancellation)
    {
        lock (_lock)
            if (!CanRenew || _key is not null && !_isRefused) return _key;
        var fresh = await (command is [EntraToken.Command] ? EntraToken.GetAsync(cancellation) : PrintedAsync(cancellation))
            .ConfigureAwait(false);
        lock (_lock) (_key, _isRefused) = (fresh, false);
        return fresh;
    }

    /// <summary>Whether a text can be sent as a key: visible ASCII only.</summary>
    public static bool IsKey(string text) => text.Length is > 0 and <= MaxKey && text.All(c => c is > ' ' and < '\x7f');

    private async Task<string> PrintedAsync(CancellationToken cancellation)
    {
        var program = Path.GetFileName(command[0]);
        using var process = Start();
        // Kills at once on cancellation: the attempt to connect has its time limit.
        await using var killing = cancellation.Register(() => ChildProcess.Kill(process));
        try
        {
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellation);
            var buffer = new byte[MaxKey + 1];
            var length = await process.StandardOutput.BaseStream.ReadAtLeastAsync(
                buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            if (process.ExitCode != 0) throw No($"{program} (session.key-command) ended with exit code {process.ExitCode}");
            var line = Encoding.UTF8.GetString(buffer, 0, length).Split('\n')[0].Trim();
            return IsKey(line) ? line : throw No($"{program} (session.key-command) printed no key on its first line");
        }
        finally
        {
            ChildProcess.Kill(process);
        }
    }

    // It inherits the environment with the API key: it may have to exchange one key for another.
    private Process Start()
    {
        var process = ChildProcess.Start(
            command[0], command.Skip(1), (reason, e) => No($"{command[0]} (session.key-command) cannot be started: {reason}", e));
        process.StandardInput.Close();
        return process;
    }

    private static ConnectionException No(string reason, Exception? inner = null) => new(new ConnectionEnd.NoKey(reason), inner);
}
