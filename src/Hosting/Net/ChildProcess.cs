using System.ComponentModel;
using System.Diagnostics;

namespace RealtimeAkka.Hosting.Net;

/// <summary>A program that is started without a shell, with its three streams redirected.</summary>
internal static class ChildProcess
{
    /// <summary>
    /// Starts a program, after <paramref name="configure"/>. Throws what <paramref name="error"/> makes of the reason if it cannot be
    /// started.
    /// </summary>
    public static Process Start(
        string program, IEnumerable<string> arguments, Func<string, Exception, Exception> error, Action<ProcessStartInfo>? configure = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        configure?.Invoke(start);
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw error(e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Ends the program and all that it has started, if it runs.</summary>
    public static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // The program has exited by itself.
        }
    }
}
