sed -i 's|  } catch {\r\?$|  } catch (e) { console.error(e);|' packages/automation/src/edit/patch.ts
