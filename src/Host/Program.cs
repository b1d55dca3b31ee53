using RealtimeAkka.Hosting;

return await VoiceApp.RunAsync(args, _ => { });
