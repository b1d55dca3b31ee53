using RealtimeAkka.Host;

return await VoiceApp.RunAsync(args, _ => { });
